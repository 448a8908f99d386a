import { Fragment, type ReactNode } from 'react';
import { dayName } from '../state/time.ts';

interface DayGroupsProps<T> {
  readonly items: readonly T[];
  /** Milliseconds since the epoch. */
  readonly timeOf: (item: T) => number;
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
}

/** Items in order, with the day written above the first of each. */
export function DayGroups<T>({ items, timeOf, keyOf, children }: DayGroupsProps<T>): ReactNode {
  return items.map((item, index) => {
    const day = dayName(timeOf(item));
    const before = items[index - 1];
    const isFirst = before === undefined || dayName(timeOf(before)) !== day;
    return (
      <Fragment key={keyOf(item)}>
        {isFirst && day !== '' ? (
          <p className="rule day">
            <span>{day}</span>
          </p>
        ) : null}
        {children(item)}
      </Fragment>
    );
  });
}

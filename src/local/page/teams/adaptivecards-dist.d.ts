/** The bundled build, which a browser bundle can take; its own types are not a module, the library's are the same. */
declare module 'adaptivecards/dist/adaptivecards.js' {
  export * from 'adaptivecards';
}

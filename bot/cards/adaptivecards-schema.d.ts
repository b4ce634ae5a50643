// adaptivecards-templating's types refer to the TypeScript source of adaptivecards, which does not pass our compiler's
// rules; tsconfig.json points that reference here.
export {};

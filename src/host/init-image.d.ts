/** native/build/init.b64 as text. */
declare module "*.b64" {
  const text: string;
  export default text;
}

/** Memory by its address, for structures that point to other memory. */
export { address, readMemory, readText, writeMemory } from "#host";

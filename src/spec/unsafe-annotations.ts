/**
 * Annotations that do something: lamina acts on them. They are for whoever writes config.json, and not for those whose words an engine or an image
 * passes on (runtime-spec, features.md, potentiallyUnsafeConfigAnnotations). Pure.
 */

/** Behind it is the name of a property of the container's systemd scope. */
export const SYSTEMD_PROPERTY = "org.systemd.property.";

/** Keys, or beginnings of keys if they end with a dot. */
export const UNSAFE_ANNOTATIONS: readonly string[] = [SYSTEMD_PROPERTY];

export function isUnsafeAnnotation(key: string): boolean {
  return UNSAFE_ANNOTATIONS.some((one) => (one.endsWith(".") ? key.startsWith(one) : key === one));
}

import koffi from 'koffi';

/** An address in this process. koffi hands out `null` for C's NULL. */
export type Pointer = bigint;

/** A GType: a fundamental type's number, or the address of a registered class. */
export type GType = number;

/**
 * Every C function that the binding calls, as TypeScript sees it. The C prototypes stand below under the same names.
 *
 * Ownership follows libvips: `vips_operation_new`, `vips_cache_operation_build` and `vips_blob_new` return a reference
 * that the caller must drop; `g_value_get_*` lend what the GValue holds.
 */
export interface Declarations {
  vips_init(argv0: string): number;
  vips_shutdown(): void;
  vips_version(part: number): number;
  vips_leak_set(leak: number): void;
  vips_concurrency_set(threads: number): void;
  vips_cache_set_max(operations: number): void;
  vips_cache_set_max_mem(bytes: number): void;
  vips_cache_set_max_files(files: number): void;
  vips_tracked_get_mem(): number;
  vips_block_untrusted_set(block: number): void;
  vips_operation_block_set(className: string, block: number): void;

  vips_error_buffer(): string;
  vips_error_clear(): void;

  g_type_from_name(name: string): GType;
  g_type_name(type: GType): string | null;
  g_type_fundamental(type: GType): GType;
  g_type_class_ref(type: GType): Pointer | null;
  g_type_class_unref(gclass: Pointer): void;
  g_enum_get_value_by_nick(enumClass: Pointer, nick: string): Pointer | null;
  g_flags_get_value_by_nick(flagsClass: Pointer, nick: string): Pointer | null;
  vips_enum_nick(type: GType, value: number): string;
  vips_nickname_find(type: GType): string | null;
  vips_type_map_all(base: GType, fn: Pointer, data: Pointer | null): Pointer | null;
  vips_array_int_get_type(): GType;
  vips_array_double_get_type(): GType;
  vips_array_image_get_type(): GType;
  vips_blob_get_type(): GType;
  vips_ref_string_get_type(): GType;

  g_object_ref(object: Pointer): Pointer;
  g_object_unref(object: Pointer): void;
  g_object_set_property(object: Pointer, name: string, value: Pointer): void;
  g_object_get_property(object: Pointer, name: string, value: Pointer): void;

  g_value_init(value: Pointer, type: GType): Pointer;
  g_value_unset(value: Pointer): void;
  g_value_set_boolean(value: Pointer, v: number): void;
  g_value_set_int(value: Pointer, v: number): void;
  g_value_set_uint64(value: Pointer, v: number): void;
  g_value_set_double(value: Pointer, v: number): void;
  g_value_set_enum(value: Pointer, v: number): void;
  g_value_set_flags(value: Pointer, v: number): void;
  g_value_set_string(value: Pointer, v: string): void;
  g_value_set_object(value: Pointer, v: Pointer): void;
  g_value_set_boxed(value: Pointer, v: Pointer): void;
  vips_value_set_array_int(value: Pointer, array: Int32Array, n: number): void;
  vips_value_set_array_double(value: Pointer, array: Float64Array, n: number): void;
  vips_value_set_array_image(value: Pointer, n: number): void;
  vips_value_set_ref_string(value: Pointer, v: string): void;
  g_value_get_boolean(value: Pointer): number;
  g_value_get_int(value: Pointer): number;
  g_value_get_uint64(value: Pointer): number;
  g_value_get_double(value: Pointer): number;
  g_value_get_enum(value: Pointer): number;
  g_value_get_flags(value: Pointer): number;
  g_value_get_string(value: Pointer): string | null;
  g_value_get_object(value: Pointer): Pointer | null;
  vips_value_get_array_int(value: Pointer, n: number[]): Pointer | null;
  vips_value_get_array_double(value: Pointer, n: number[]): Pointer | null;
  vips_value_get_array_image(value: Pointer, n: number[]): Pointer | null;
  vips_value_get_blob(value: Pointer, length: number[]): Pointer | null;
  vips_value_get_ref_string(value: Pointer, length: number[]): string | null;

  vips_blob_new(free: null, data: Uint8Array, length: number): Pointer;
  vips_area_unref(area: Pointer): void;

  vips_operation_new(name: string): Pointer | null;
  vips_operation_get_flags(operation: Pointer): number;
  vips_cache_operation_build(operation: Pointer): Pointer | null;
  vips_object_unref_outputs(object: Pointer): void;
  vips_object_get_args(object: Pointer, names: Pointer[], flags: Pointer[], n: number[]): number;
  vips_object_get_argument(
    object: Pointer,
    name: string,
    pspec: Pointer[],
    argumentClass: Pointer[],
    argumentInstance: Pointer[],
  ): number;
  vips_object_get_description(object: Pointer): string;
  g_param_spec_get_blurb(pspec: Pointer): string | null;

  vips_foreign_find_load_buffer(data: Uint8Array, length: number): string | null;
  vips_foreign_find_save_buffer(suffix: string): string | null;
  vips_image_new_from_memory_copy(
    data: Uint8Array,
    length: number,
    width: number,
    height: number,
    bands: number,
    format: number,
  ): Pointer | null;
  vips_image_write_to_memory(image: Pointer, length: number[]): Pointer | null;
  vips_image_copy_memory(image: Pointer): Pointer | null;
  vips_image_wio_input(image: Pointer): number;
  vips_image_get_width(image: Pointer): number;
  vips_image_get_height(image: Pointer): number;
  vips_image_get_bands(image: Pointer): number;
  vips_image_get_format(image: Pointer): number;
  vips_image_get_interpretation(image: Pointer): number;
  vips_image_get_page_height(image: Pointer): number;
  vips_image_get_n_pages(image: Pointer): number;
  vips_image_get_orientation(image: Pointer): number;
  vips_image_hasalpha(image: Pointer): number;
  vips_image_get_typeof(image: Pointer, name: string): GType;
  vips_image_get(image: Pointer, name: string, value: Pointer): number;
  vips_image_set(image: Pointer, name: string, value: Pointer): void;
  vips_image_set_blob_copy(image: Pointer, name: string, data: Uint8Array, length: number): void;
  vips_image_remove(image: Pointer, name: string): number;
  vips_image_get_fields(image: Pointer): Pointer;
  vips_image_set_kill(image: Pointer, kill: number): void;
  g_strfreev(strings: Pointer): void;
  g_free(memory: Pointer): void;
}

const PROTOTYPES: Record<keyof Declarations, string> = {
  vips_init: 'int vips_init(const char *)',
  vips_shutdown: 'void vips_shutdown()',
  vips_version: 'int vips_version(int)',
  vips_leak_set: 'void vips_leak_set(int)',
  vips_concurrency_set: 'void vips_concurrency_set(int)',
  vips_cache_set_max: 'void vips_cache_set_max(int)',
  vips_cache_set_max_mem: 'void vips_cache_set_max_mem(size_t)',
  vips_cache_set_max_files: 'void vips_cache_set_max_files(int)',
  vips_tracked_get_mem: 'size_t vips_tracked_get_mem()',
  vips_block_untrusted_set: 'void vips_block_untrusted_set(int)',
  vips_operation_block_set: 'void vips_operation_block_set(const char *, int)',

  vips_error_buffer: 'const char *vips_error_buffer()',
  vips_error_clear: 'void vips_error_clear()',

  g_type_from_name: 'size_t g_type_from_name(const char *)',
  g_type_name: 'const char *g_type_name(size_t)',
  g_type_fundamental: 'size_t g_type_fundamental(size_t)',
  g_type_class_ref: 'void *g_type_class_ref(size_t)',
  g_type_class_unref: 'void g_type_class_unref(void *)',
  g_enum_get_value_by_nick: 'void *g_enum_get_value_by_nick(void *, const char *)',
  g_flags_get_value_by_nick: 'void *g_flags_get_value_by_nick(void *, const char *)',
  vips_enum_nick: 'const char *vips_enum_nick(size_t, int)',
  vips_nickname_find: 'const char *vips_nickname_find(size_t)',
  vips_type_map_all: 'void *vips_type_map_all(size_t, void *, void *)',
  vips_array_int_get_type: 'size_t vips_array_int_get_type()',
  vips_array_double_get_type: 'size_t vips_array_double_get_type()',
  vips_array_image_get_type: 'size_t vips_array_image_get_type()',
  vips_blob_get_type: 'size_t vips_blob_get_type()',
  vips_ref_string_get_type: 'size_t vips_ref_string_get_type()',

  g_object_ref: 'void *g_object_ref(void *)',
  g_object_unref: 'void g_object_unref(void *)',
  g_object_set_property: 'void g_object_set_property(void *, const char *, void *)',
  g_object_get_property: 'void g_object_get_property(void *, const char *, void *)',

  g_value_init: 'void *g_value_init(void *, size_t)',
  g_value_unset: 'void g_value_unset(void *)',
  g_value_set_boolean: 'void g_value_set_boolean(void *, int)',
  g_value_set_int: 'void g_value_set_int(void *, int)',
  g_value_set_uint64: 'void g_value_set_uint64(void *, uint64_t)',
  g_value_set_double: 'void g_value_set_double(void *, double)',
  g_value_set_enum: 'void g_value_set_enum(void *, int)',
  g_value_set_flags: 'void g_value_set_flags(void *, unsigned int)',
  g_value_set_string: 'void g_value_set_string(void *, const char *)',
  g_value_set_object: 'void g_value_set_object(void *, void *)',
  g_value_set_boxed: 'void g_value_set_boxed(void *, void *)',
  vips_value_set_array_int: 'void vips_value_set_array_int(void *, const int *, int)',
  vips_value_set_array_double: 'void vips_value_set_array_double(void *, const double *, int)',
  vips_value_set_array_image: 'void vips_value_set_array_image(void *, int)',
  vips_value_set_ref_string: 'void vips_value_set_ref_string(void *, const char *)',
  g_value_get_boolean: 'int g_value_get_boolean(void *)',
  g_value_get_int: 'int g_value_get_int(void *)',
  g_value_get_uint64: 'uint64_t g_value_get_uint64(void *)',
  g_value_get_double: 'double g_value_get_double(void *)',
  g_value_get_enum: 'int g_value_get_enum(void *)',
  g_value_get_flags: 'unsigned int g_value_get_flags(void *)',
  g_value_get_string: 'const char *g_value_get_string(void *)',
  g_value_get_object: 'void *g_value_get_object(void *)',
  vips_value_get_array_int: 'void *vips_value_get_array_int(void *, _Out_ int *)',
  vips_value_get_array_double: 'void *vips_value_get_array_double(void *, _Out_ int *)',
  vips_value_get_array_image: 'void *vips_value_get_array_image(void *, _Out_ int *)',
  vips_value_get_blob: 'void *vips_value_get_blob(void *, _Out_ size_t *)',
  vips_value_get_ref_string: 'const char *vips_value_get_ref_string(void *, _Out_ size_t *)',

  vips_blob_new: 'void *vips_blob_new(void *, void *, size_t)',
  vips_area_unref: 'void vips_area_unref(void *)',

  vips_operation_new: 'void *vips_operation_new(const char *)',
  vips_operation_get_flags: 'int vips_operation_get_flags(void *)',
  vips_cache_operation_build: 'void *vips_cache_operation_build(void *)',
  vips_object_unref_outputs: 'void vips_object_unref_outputs(void *)',
  vips_object_get_args: 'int vips_object_get_args(void *, _Out_ void **, _Out_ void **, _Out_ int *)',
  vips_object_get_argument:
    'int vips_object_get_argument(void *, const char *, _Out_ void **, _Out_ void **, _Out_ void **)',
  vips_object_get_description: 'const char *vips_object_get_description(void *)',
  g_param_spec_get_blurb: 'const char *g_param_spec_get_blurb(void *)',

  vips_foreign_find_load_buffer: 'const char *vips_foreign_find_load_buffer(const void *, size_t)',
  vips_foreign_find_save_buffer: 'const char *vips_foreign_find_save_buffer(const char *)',
  vips_image_new_from_memory_copy: 'void *vips_image_new_from_memory_copy(const void *, size_t, int, int, int, int)',
  vips_image_write_to_memory: 'void *vips_image_write_to_memory(void *, _Out_ size_t *)',
  vips_image_copy_memory: 'void *vips_image_copy_memory(void *)',
  vips_image_wio_input: 'int vips_image_wio_input(void *)',
  vips_image_get_width: 'int vips_image_get_width(void *)',
  vips_image_get_height: 'int vips_image_get_height(void *)',
  vips_image_get_bands: 'int vips_image_get_bands(void *)',
  vips_image_get_format: 'int vips_image_get_format(void *)',
  vips_image_get_interpretation: 'int vips_image_get_interpretation(void *)',
  vips_image_get_page_height: 'int vips_image_get_page_height(void *)',
  vips_image_get_n_pages: 'int vips_image_get_n_pages(void *)',
  vips_image_get_orientation: 'int vips_image_get_orientation(void *)',
  vips_image_hasalpha: 'int vips_image_hasalpha(void *)',
  vips_image_get_typeof: 'size_t vips_image_get_typeof(void *, const char *)',
  vips_image_get: 'int vips_image_get(void *, const char *, void *)',
  vips_image_set: 'void vips_image_set(void *, const char *, void *)',
  vips_image_set_blob_copy: 'void vips_image_set_blob_copy(void *, const char *, const void *, size_t)',
  vips_image_remove: 'int vips_image_remove(void *, const char *)',
  vips_image_get_fields: 'void *vips_image_get_fields(void *)',
  vips_image_set_kill: 'void vips_image_set_kill(void *, int)',
  g_strfreev: 'void g_strfreev(void *)',
  g_free: 'void g_free(void *)',
};

/** A loaded library, which finds its functions by their C prototypes. */
export interface SharedLibrary {
  /** @throws Error when neither it nor a library that it is linked against has the function. */
  func(prototype: string): unknown;
}

/** Loads a shared library. @throws Error of koffi when the file is none, or is one for another machine. */
export function loadLibrary(file: string): SharedLibrary {
  const library = koffi.load(file);
  return { func: (prototype) => library.func(prototype) };
}

/** Looks up every function above. @throws Error of koffi when the library lacks one. */
export function bind(library: SharedLibrary): Declarations {
  return bindSome(library, Object.keys(PROTOTYPES) as (keyof Declarations)[]);
}

/** Looks up some of the functions above. @throws Error of koffi when the library lacks one. */
export function bindSome<Name extends keyof Declarations>(
  library: SharedLibrary,
  names: readonly Name[],
): Pick<Declarations, Name> {
  const entries = names.map((name) => [name, library.func(PROTOTYPES[name])]);
  return Object.fromEntries(entries) as Pick<Declarations, Name>;
}

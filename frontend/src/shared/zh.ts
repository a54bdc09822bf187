// English text → 简体中文. A test compares the keys with every t("…") in the source.
export const zh: Readonly<Record<string, string>> = {};

// 简体中文 of the meeting page.
export const room: Readonly<Record<string, string>> = {};

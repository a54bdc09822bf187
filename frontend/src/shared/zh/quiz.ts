// Taking a quiz.
export const quiz: Readonly<Record<string, string>> = {
  Saved: "已保存",
  "Not saved. Trying again…": "未保存，正在重试…",
  "No connection. Your answers are sent again when it is back.": "连接已断开，恢复后会重新保存您的答案。",
  Reload: "刷新页面",
  "1 question is not answered.": "还有 1 题未作答。",
  "{n} questions are not answered.": "还有 {n} 题未作答。",
  "All questions are answered.": "所有题目都已作答。",
  "1 minute left.": "还剩 1 分钟。",
  "{n} minutes left.": "还剩 {n} 分钟。",
  "{n} of {all} answered": "已答 {n} / {all} 题",
  "Move up: {words}": "上移：{words}",
  "Move down: {words}": "下移：{words}",
  "Now {place} of {all}": "现在是第 {place} 位，共 {all} 位",
};

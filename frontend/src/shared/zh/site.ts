// 简体中文 of the site's own elements.
export const site: Readonly<Record<string, string>> = {
  "Copied": "已复制",
  "Could not copy. Please select the text and copy it yourself.": "没能复制，请您选中文字后自行复制。",
  "Done": "已完成",
  "Waiting to begin": "等待开始",
  "Running": "正在进行",
  "Cancelled": "已取消",
  "Failed": "没有成功",
  "about {n} s left": "大约还要 {n} 秒",
  "about {n} min left": "大约还要 {n} 分钟",
  "about {n} h left": "大约还要 {n} 小时",
  "The connection is away. Trying again; the work itself goes on.": "连接断了，正在重试；任务本身照常进行。",
  "You may not see this any more. Please reload the page.": "您现在看不到这一项了，请重新载入页面。",
  "The connection was lost. Nothing was changed. Please try again.": "连接断了，没有作任何改动，请再试一次。",
  "That did not work. Nothing was changed. Please try again.": "没有成功，没有作任何改动，请再试一次。",
};

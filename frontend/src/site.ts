// What every page loads: the look, htmx, and the small elements of the site.
import htmx from "htmx.org";
import "./elements/copy";
import "./elements/dialog";
import "./elements/job";
import "./elements/menu";
import "./elements/quiz";
import "./elements/recording";
import "./elements/tabs";
import { toast } from "./elements/toast";
import "./elements/upload";
import "./elements/when";
import { t } from "./shared/i18n";
import "./styles/base.css";
import "./styles/tokens.css";
import "./styles/palettes.css";
import "./styles/components.css";
import "./styles/site.css";
import "./styles/rooms.css";
import "./styles/assets.css";
import "./styles/courses.css";
import "./styles/certificates.css";
import "./styles/work.css";
import "./styles/quiz.css";

// The server shows times in the reader's zone: from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;

// The Content-Security-Policy allows neither eval nor inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

// What htmx could not fetch is said, not swallowed; nothing of the page was replaced.
document.addEventListener("htmx:responseError", (event) => {
  const text = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.responseText;
  try {
    toast((JSON.parse(text) as { error: { text: string } }).error.text);
  } catch {
    toast(t("That did not work. Nothing was changed. Please try again."));
  }
});
document.addEventListener("htmx:sendError", () => toast(t("The connection was lost. Nothing was changed. Please try again.")));

// A chosen value sends its form at once; without a script a button beside it does.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field instanceof HTMLSelectElement && field.dataset["sends"] !== undefined) field.form?.requestSubmit();
});

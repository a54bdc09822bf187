// What every page loads: the look, htmx, and the small elements of the site.
import "./styles/base.css";
import "./styles/tokens.css";
import "./styles/components.css";

// Loaded by pages with reports alone.
import "./elements/chart";
import "./styles/reports.css";

// The meeting page: green room, lobby, stage.
import "../site";

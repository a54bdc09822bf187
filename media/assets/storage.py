"""Where files of assets lie: originals, parts on their way, and the folders of generations."""

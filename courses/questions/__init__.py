"""Questions: their shapes, what a learner may see of them, how they are graded, and the files they come in. Pure.

question = stored.from_json(row.data)      # or from a file: files.read(name, data)
page = shown(question, seed=attempt.seed)  # all that a browser may get
grade(question, response)                  # points, what earned them, which feedback to show
"""

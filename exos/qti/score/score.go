package score

import "pupitre/exos/qti/program"

// Begin runs template processing and gives the exercise before any answer.
func Begin(p *program.Program, seed uint64) Opening { return Opening{} }

// Score marks one submission.
func Score(p *program.Program, seed uint64, state State, sub Submission) Result { return Result{} }

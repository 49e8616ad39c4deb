package qtitest

import (
	"sort"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// Submission turns the JSON responses of a public case into the lexical form, in the order of
// identifiers.
func Submission(responses map[string]any) score.Submission {
	var sub score.Submission
	for id, v := range responses {
		sub.Responses = append(sub.Responses, score.Response{Identifier: id, Values: lexical(v)})
	}
	sort.Slice(sub.Responses, func(i, j int) bool { return sub.Responses[i].Identifier < sub.Responses[j].Identifier })
	return sub
}

func lexical(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, lexical(x)...)
		}
		return out
	case bool:
		return []string{map[bool]string{true: "true", false: "false"}[v]}
	case float64:
		return []string{program.FormatNumber(v)}
	}
	return []string{v.(string)}
}

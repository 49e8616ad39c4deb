package score

import "strings"

// accents are the letters with one mark that European languages use: bases[i] with the
// mark is composed[i]. Our own table: the device carries no Unicode normalisation library,
// and it must never change under stored marks.
var accents = []struct {
	mark            rune
	bases, composed string
}{
	{'\u0300', "AEINOUWYaeinouwy", "ÀÈÌǸÒÙẀỲàèìǹòùẁỳ"},
	{'\u0301', "ACEGIKLMNOPRSUWYZacegiklmnoprsuwyz", "ÁĆÉǴÍḰĹḾŃÓṔŔŚÚẂÝŹáćéǵíḱĺḿńóṕŕśúẃýź"},
	{'\u0302', "ACEGHIJOSUWYaceghijosuwy", "ÂĈÊĜĤÎĴÔŜÛŴŶâĉêĝĥîĵôŝûŵŷ"},
	{'\u0303', "AEINOUVYaeinouvy", "ÃẼĨÑÕŨṼỸãẽĩñõũṽỹ"},
	{'\u0304', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"},
	{'\u0306', "AEGIOUaegiou", "ĂĔĞĬŎŬăĕğĭŏŭ"},
	{'\u0307', "CEGIZcegz", "ĊĖĠİŻċėġż"},
	{'\u0308', "AEIOUWXYaeiouwxy", "ÄËÏÖÜẄẌŸäëïöüẅẍÿ"},
	{'\u030a', "AUau", "ÅŮåů"},
	{'\u030b', "OUou", "ŐŰőű"},
	{'\u030c', "ACDEGHIKLNORSTUZacdeghijklnorstuz", "ǍČĎĚǦȞǏǨĽŇǑŘŠŤǓŽǎčďěǧȟǐǰǩľňǒřšťǔž"},
	{'\u0327', "CEGKLNRSTcegklnrst", "ÇȨĢĶĻŅŖŞŢçȩģķļņŗşţ"},
	{'\u0328', "AEIOUaeiou", "ĄĘĮǪŲąęįǫų"},
}

// compose joins letters and the marks that follow them where one letter has both.
func compose(s string) string {
	if !hasMark(s) {
		return s
	}
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if len(out) > 0 {
			if c, ok := composed(out[len(out)-1], r); ok {
				out[len(out)-1] = c
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

func hasMark(s string) bool {
	return strings.ContainsAny(s, "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328")
}

func composed(base, mark rune) (rune, bool) {
	for i := range accents {
		if accents[i].mark == mark {
			return across(base, accents[i].bases, accents[i].composed)
		}
	}
	return 0, false
}

// withoutAccent is the base letter of r.
func withoutAccent(r rune) rune {
	if r < 0xc0 {
		return r
	}
	for i := range accents {
		if base, ok := across(r, accents[i].composed, accents[i].bases); ok {
			return base
		}
	}
	return r
}

// across finds r in from and answers the rune at the same place of to.
func across(r rune, from, to string) (rune, bool) {
	place := 0
	found := false
	for _, f := range from {
		if f == r {
			found = true
			break
		}
		place++
	}
	if !found {
		return 0, false
	}
	for _, t := range to {
		if place == 0 {
			return t, true
		}
		place--
	}
	return 0, false
}

package program

// Within is the session control of something that stands in something else: what it does not
// say itself holds as around it (QTI 3.0.1, qti-item-session-control).
func (c Control) Within(around Control) Control {
	inherit(&c.MaxAttempts, around.MaxAttempts)
	inherit(&c.ShowFeedback, around.ShowFeedback)
	inherit(&c.AllowReview, around.AllowReview)
	inherit(&c.ShowSolution, around.ShowSolution)
	inherit(&c.AllowComment, around.AllowComment)
	inherit(&c.AllowSkipping, around.AllowSkipping)
	inherit(&c.ValidateAnswer, around.ValidateAnswer)
	return c
}

func inherit[T any](own **T, around *T) {
	if *own == nil {
		*own = around
	}
}

// Over tells whether seconds are more than the limits allow; a late answer may count all the
// same where AllowLate says so (QTI 3.0.1, qti-time-limits).
func (t TimeLimits) Over(seconds float64) bool { return t.Max > 0 && seconds > t.Max }

// Under tells whether seconds are fewer than the limits ask for.
func (t TimeLimits) Under(seconds float64) bool { return seconds < t.Min }

// Part is the test part of that identifier, nil when there is none.
func (t *Test) Part(identifier string) *Part {
	for i := range t.Parts {
		if t.Parts[i].Identifier == identifier {
			return &t.Parts[i]
		}
	}
	return nil
}

// Section is the section of that identifier, at any depth of the part; nil when there is none.
func (p *Part) Section(identifier string) *Section {
	for i := range p.Sections {
		if s := p.Sections[i].section(identifier); s != nil {
			return s
		}
	}
	return nil
}

func (s *Section) section(identifier string) *Section {
	if s.Identifier == identifier {
		return s
	}
	for i := range s.Members {
		if inner := s.Members[i].Section; inner != nil {
			if found := inner.section(identifier); found != nil {
				return found
			}
		}
	}
	return nil
}

package program

// The encoding of a test: as that of a program, under another second sign.
const testMagic1 = 'T'

// Encode is the one encoding of t: same test, same bytes.
func (t *Test) Encode() []byte {
	c := &coder{buf: []byte{magic0, testMagic1, formatVersion}}
	c.test(t)
	return c.buf
}

// DecodeTest reads what Test.Encode wrote; anything else is ErrFormat.
func DecodeTest(data []byte) (*Test, error) {
	if len(data) < 3 || data[0] != magic0 || data[1] != testMagic1 || data[2] != formatVersion {
		return nil, ErrFormat
	}
	c := &coder{buf: data[3:], reading: true}
	t := &Test{}
	c.test(t)
	if c.err == nil && (len(c.buf) > 0 || !t.sound()) {
		c.err = ErrFormat
	}
	if c.err != nil {
		return nil, c.err
	}
	return t, nil
}

func (c *coder) test(t *Test) {
	c.string(&t.Identifier)
	c.string(&t.Title)
	list(c, &t.Vars, (*coder).variable)
	list(c, &t.Outcome, (*coder).rule)
	list(c, &t.Parts, (*coder).part)
	c.limits(&t.Limits)
	list(c, &t.Feedback, func(c *coder, f *TestFeedback) {
		c.string(&f.Ref)
		c.int(&f.Var)
		c.string(&f.Identifier)
		c.bool(&f.Hide)
		c.bool(&f.AtEnd)
		c.string(&f.Part)
	})
}

func (c *coder) part(p *Part) {
	c.string(&p.Identifier)
	c.bool(&p.NonLinear)
	c.bool(&p.Simultaneous)
	c.around(&p.Pre, &p.Branches, &p.Control, &p.Limits)
	list(c, &p.Sections, (*coder).section)
}

// around is what parts, sections and items have alike.
func (c *coder) around(pre *[]Expr, branches *[]Branching, control *Control, limits *TimeLimits) {
	list(c, pre, (*coder).expr)
	list(c, branches, func(c *coder, b *Branching) {
		c.string(&b.Target)
		c.expr(&b.If)
	})
	opt(c, &control.MaxAttempts, (*coder).int)
	for _, yes := range []**bool{
		&control.ShowFeedback, &control.AllowReview, &control.ShowSolution, &control.AllowComment, &control.AllowSkipping, &control.ValidateAnswer,
	} {
		opt(c, yes, (*coder).bool)
	}
	c.limits(limits)
}

func (c *coder) limits(l *TimeLimits) {
	c.float(&l.Min)
	c.float(&l.Max)
	c.bool(&l.AllowLate)
}

func (c *coder) section(s *Section) {
	c.nest(func() {
		c.string(&s.Identifier)
		c.string(&s.Title)
		for _, yes := range []*bool{&s.Visible, &s.Required, &s.Fixed, &s.KeepApart, &s.Replace, &s.Shuffle} {
			c.bool(yes)
		}
		c.int(&s.Select)
		c.around(&s.Pre, &s.Branches, &s.Control, &s.Limits)
		list(c, &s.Members, func(c *coder, m *Member) {
			opt(c, &m.Item, (*coder).itemRef)
			opt(c, &m.Section, (*coder).section)
			if (m.Item == nil) == (m.Section == nil) {
				c.fail()
			}
		})
	})
}

func (c *coder) itemRef(r *ItemRef) {
	c.string(&r.Identifier)
	c.string(&r.Href)
	list(c, &r.Categories, (*coder).string)
	list(c, &r.Weights, func(c *coder, w *Weight) {
		c.string(&w.Identifier)
		c.float(&w.Value)
	})
	c.bool(&r.Required)
	c.bool(&r.Fixed)
	c.around(&r.Pre, &r.Branches, &r.Control, &r.Limits)
	list(c, &r.Renames, func(c *coder, x *Rename) {
		c.string(&x.Source)
		c.string(&x.Target)
	})
	list(c, &r.Defaults, func(c *coder, d *Default) {
		c.string(&d.Template)
		c.expr(&d.Expr)
	})
}

// sound tells whether every variable index of t exists, as for a program.
func (t *Test) sound() bool {
	n := len(t.Vars)
	for _, f := range t.Feedback {
		if f.Var < -1 || f.Var >= n {
			return false
		}
	}
	for i := range t.Parts {
		p := &t.Parts[i]
		if !soundAround(p.Pre, p.Branches, n) {
			return false
		}
		for j := range p.Sections {
			if !p.Sections[j].sound(n) {
				return false
			}
		}
	}
	return soundRules(t.Outcome, n)
}

func (s *Section) sound(n int) bool {
	if !soundAround(s.Pre, s.Branches, n) {
		return false
	}
	for _, m := range s.Members {
		if m.Section != nil && !m.Section.sound(n) {
			return false
		}
		if m.Item == nil {
			continue
		}
		if !soundAround(m.Item.Pre, m.Item.Branches, n) {
			return false
		}
		for i := range m.Item.Defaults {
			if !soundExpr(&m.Item.Defaults[i].Expr, n) {
				return false
			}
		}
	}
	return true
}

func soundAround(pre []Expr, branches []Branching, n int) bool {
	for i := range pre {
		if !soundExpr(&pre[i], n) {
			return false
		}
	}
	for i := range branches {
		if !soundExpr(&branches[i].If, n) {
			return false
		}
	}
	return true
}

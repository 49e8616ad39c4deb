package program

// Encode is the one encoding of p: same program, same bytes.
func (p *Program) Encode() []byte {
	c := &coder{buf: []byte{magic0, magic1, formatVersion}}
	c.program(p)
	return c.buf
}

// Decode reads what Encode wrote; anything else is ErrFormat.
func Decode(data []byte) (*Program, error) {
	if len(data) < 3 || data[0] != magic0 || data[1] != magic1 || data[2] != formatVersion {
		return nil, ErrFormat
	}
	c := &coder{buf: data[3:], reading: true}
	p := &Program{}
	c.program(p)
	if c.err == nil && (len(c.buf) > 0 || !p.sound()) {
		c.err = ErrFormat
	}
	if c.err != nil {
		return nil, c.err
	}
	return p, nil
}

func (c *coder) program(p *Program) {
	c.string(&p.Identifier)
	c.bool(&p.Adaptive)
	small(c, &p.Tolerance, 0xffff)
	list(c, &p.Vars, (*coder).variable)
	list(c, &p.Template, (*coder).rule)
	list(c, &p.Response, (*coder).rule)
	list(c, &p.Outcome, (*coder).rule)
	list(c, &p.Feedback, (*coder).feedback)
	c.float(&p.Max)
	c.bool(&p.Scoreable)
	c.int(&p.ScoreVar)
	// What came later stands at the end, only where there is any: older encodings stay as they are.
	if c.reading && len(c.buf) > 0 || len(p.Uncounted) > 0 {
		list(c, &p.Uncounted, (*coder).int)
		if len(p.Uncounted) == 0 {
			c.fail()
		}
	}
}

func (c *coder) variable(v *Variable) {
	small(c, &v.Kind, Context)
	c.string(&v.Identifier)
	small(c, &v.Type, File)
	small(c, &v.Card, Record)
	c.value(&v.Default)
	c.value(&v.Correct)
	opt(c, &v.Mapping, (*coder).mapping)
	opt(c, &v.Area, (*coder).areaMapping)
	opt(c, &v.Lookup, (*coder).lookup)
	opt(c, &v.NormalMin, (*coder).float)
	opt(c, &v.NormalMax, (*coder).float)
	c.bool(&v.External)
	list(c, &v.Units, (*coder).string)
}

func (c *coder) value(v *Value) {
	small(c, &v.Card, Record)
	c.bool(&v.Some)
	c.bool(&v.Gap)
	if !v.Some {
		return
	}
	switch v.Card {
	case Single:
		c.scalar(&v.One)
	case Record:
		list(c, &v.Named, (*coder).field)
	default:
		list(c, &v.Many, (*coder).scalar)
		if len(v.Many) == 0 {
			c.fail()
		}
	}
}

func (c *coder) scalar(s *Scalar) {
	small(c, &s.Type, File)
	switch s.Type {
	case Boolean, Integer:
		c.int64(&s.Int)
	case Point:
		c.int64(&s.Int)
		c.int64(&s.Y)
	case Float, Duration:
		c.float(&s.Float)
	case Pair, DirectedPair:
		c.string(&s.Text)
		c.string(&s.Second)
	default:
		c.string(&s.Text)
	}
}

func (c *coder) field(f *Field) {
	c.string(&f.Name)
	c.scalar(&f.Value)
}

func (c *coder) mapping(m *Mapping) {
	c.float(&m.Default)
	opt(c, &m.Lower, (*coder).float)
	opt(c, &m.Upper, (*coder).float)
	list(c, &m.Entries, func(c *coder, e *MapEntry) {
		c.scalar(&e.Key)
		c.float(&e.Value)
		c.bool(&e.CaseSensitive)
	})
}

func (c *coder) areaMapping(m *AreaMapping) {
	c.float(&m.Default)
	opt(c, &m.Lower, (*coder).float)
	opt(c, &m.Upper, (*coder).float)
	list(c, &m.Entries, func(c *coder, e *AreaEntry) {
		c.area(&e.Area)
		c.float(&e.Value)
	})
}

func (c *coder) area(a *Area) {
	small(c, &a.Shape, Ellipse)
	list(c, &a.Coords, (*coder).float)
}

func (c *coder) lookup(t *LookupTable) {
	c.value(&t.Default)
	c.bool(&t.Interpolated)
	list(c, &t.Lines, func(c *coder, l *LookupLine) {
		c.float(&l.Source)
		c.bool(&l.Include)
		c.value(&l.Target)
	})
}

func (c *coder) feedback(f *Feedback) {
	c.string(&f.Ref)
	c.int(&f.Var)
	c.string(&f.Identifier)
	c.bool(&f.Hide)
	c.bool(&f.Modal)
}

func (c *coder) rule(r *Rule) {
	c.nest(func() {
		small(c, &r.Op, Constraint)
		c.int(&r.Var)
		opt(c, &r.Expr, (*coder).expr)
		list(c, &r.Branches, func(c *coder, b *Branch) {
			opt(c, &b.If, (*coder).expr)
			list(c, &b.Rules, (*coder).rule)
		})
	})
}

func (c *coder) expr(e *Expr) {
	c.nest(func() {
		small(c, &e.Op, OpNumberSelected)
		c.int(&e.Var)
		list(c, &e.Args, (*coder).expr)
		c.value(&e.Value)
		c.string(&e.Text)
		list(c, &e.Nums, func(c *coder, n *Number) {
			c.float(&n.Value)
			c.int(&n.Var)
		})
		small(c, &e.Flags, 0xff)
		opt(c, &e.Area, (*coder).area)
		opt(c, &e.Set, (*coder).subset)
	})
}

func (c *coder) subset(s *Subset) {
	c.string(&s.Section)
	list(c, &s.Include, (*coder).string)
	list(c, &s.Exclude, (*coder).string)
	c.string(&s.Outcome)
	c.string(&s.Weight)
	small(c, &s.Type, File)
}

// Package player draws an exercise as a form (« la feuille »), and reads the form back as an answer.
//
//	exos.Sitting ── Sheet.HTML ──▶ a form that works without script ── post ──▶ Read ──▶ exos.Answer
//
// Each control is named "r." and its response's identifier, and its value is the answer in QTI's own words: a choice's
// identifier, two of them for a pair, or what was typed. The values of a response are those of its controls, in the order of the
// page, the empty ones left out. So Read is a few lines, and the script that sends the same answer is a few lines too.
//
//	choice                radio buttons, or check boxes
//	inline choice         a list in the line
//	text entry            a field in the line; extended text: a larger one
//	order                 a list whose items move: the order of the items is the answer
//	match, gap match      a list of targets for each thing to place
//	associate             a list of pairs
//	hottext               check boxes in the line
//	slider                a range
//	hotspot               check boxes, or radio buttons, for the areas of a picture
//	graphic order         a list of areas for each rank
//	graphic associate     a list of pairs of areas
//	graphic gap match     for each area a list of labels
//	select point,         a field "x y" for each point, in the picture's pixels; without script the picture itself is a button
//	position object
//	upload                a field for a file, which is handed in by itself; a box for each file that the answer names
//	drawing               with script a sheet to draw on, by hand or by keyboard; else a picture is handed in
//	portable custom       a frame of nobody's origin, where the publisher's program runs and can do nothing else
//	media                 played, not answered
//	end attempt           a button
//
// A custom interaction, whose program no package has, and a portable one that lacks something, are said not to be playable, in plain
// words, at their place (Unsupported).
//
// Over a picture its areas are drawn, each with a letter in the order of reading; what is drawn is for the eye, the controls have the
// words: the author's, or where on the picture the area is. With script the picture is pressed and the controls follow.
//
// What a publisher wrote is data, never markup: an element comes through if its name is known here, an attribute likewise, all text
// is escaped. The importer has cleaned it before; here it is not believed.
package player

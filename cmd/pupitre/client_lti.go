package main

import (
	"strings"

	"pupitre/federation"
)

// ltiFlags are what a program is as an LTI tool.
type ltiFlags struct {
	LTILogin      string   `name:"lti-login" help:"LTI: address where a launch begins (login initiation URL)." placeholder:"ADDRESS"`
	LTITarget     []string `name:"lti-target" help:"LTI: address that may be opened (target_link_uri), and the resource that is meant there. May be repeated." placeholder:"ADDRESS[=ARK]" sep:"none"`
	LTIReturn     []string `name:"lti-return" help:"LTI: address that messages are posted to (redirect_uri). May be repeated." placeholder:"ADDRESS" sep:"none"`
	LTIDeployment string   `name:"lti-deployment" help:"LTI: deployment_id." default:"1" placeholder:"ID"`
	LTIChoose     string   `name:"lti-choose" help:"LTI: address where a teacher chooses content (deep linking)." placeholder:"ADDRESS"`
}

// tool is what the flags say; federation judges it.
func (f ltiFlags) tool() *federation.LTI {
	if f.LTILogin == "" && f.LTIChoose == "" && len(f.LTITarget)+len(f.LTIReturn) == 0 {
		return nil
	}
	tool := &federation.LTI{Login: f.LTILogin, Redirects: f.LTIReturn, Deployment: f.LTIDeployment, DeepLinking: f.LTIChoose}
	for _, text := range f.LTITarget {
		address, ark, named := strings.Cut(text, "=ark:")
		target := federation.LTITarget{Address: address}
		if named {
			target.ARK = "ark:" + ark
		}
		tool.Targets = append(tool.Targets, target)
	}
	return tool
}

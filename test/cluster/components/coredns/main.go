// CoreDNS with only the plugins that the test cluster's Corefile names: a fraction of the usual build.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

func main() {
	// In this order: what is not of the cluster comes to template, which says that it does not exist.
	dnsserver.Directives = []string{"errors", "ready", "cache", "kubernetes", "template"}
	coremain.Run()
}

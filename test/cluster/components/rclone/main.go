// rclone with only what examples/artifacts asks of it: one command, and the way to S3. A fraction of the usual build.
package main

import (
	"github.com/rclone/rclone/cmd"

	_ "github.com/rclone/rclone/backend/local"
	_ "github.com/rclone/rclone/backend/s3"
	_ "github.com/rclone/rclone/cmd/copy"
)

func main() {
	cmd.Main()
}

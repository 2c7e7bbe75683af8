// Functions Framework's own hello: https://github.com/GoogleCloudPlatform/functions-framework-nodejs#quickstart-hello-world
exports.hello = (_request, response) => response.send('Hello, World');

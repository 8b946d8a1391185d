using System.CommandLine;
using Mandate.Commands;

var root = new RootCommand("Runs durable workflows and answers for each step who asked, with which credentials, with what proof.")
{
    UpCommand.Create(),
    WorkerCommand.Create(),
    DemoCommand.Create(),
};

return await root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    // Calls in flight may finish, and the stores are closed properly; what is stuck beyond that is cut.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
});

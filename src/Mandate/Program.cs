using System.CommandLine;
using System.Runtime.InteropServices;
using Mandate.Commands;
using Mandate.Commands.Audit;

// SIGXFSZ: a file that has reached the process's size limit (ulimit -f) shall be an error where it is written, as a full disk is, and not the end of the process.
using var fileSizeLimit = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)25, static context => context.Cancel = true);

var root = new RootCommand("Runs durable workflows and answers for each step who asked, with which credentials, with what proof.")
{
    UpCommand.Create(),
    WorkerCommand.Create(),
    GatewayCommand.Create(),
    KeysCommand.Create(),
    ApiKeysCommand.Create(),
    AuditCommand.Create(),
    PayloadKeysCommand.Create(),
    VaultKeysCommand.Create(),
    DemoCommand.Create(),
    TokensCommand.Create(),
    HistoryCommand.Create(),
};

return await root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    // Calls in flight may finish, and the stores are closed properly; what is stuck beyond that is cut.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
});

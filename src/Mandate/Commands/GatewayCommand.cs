using System.CommandLine;
using Mandate.Configuration;
using Mandate.Hosting;

namespace Mandate.Commands;

/// <summary><c>mandate gateway</c>: authentication, authorisation, identity and audit in front of a Temporal cluster, for callers of any SDK.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var command = new Command("gateway", "Stand in front of a Temporal cluster: authenticate and authorize callers of any SDK, fix for whom runs work, record every decision.");
        var settings = new SettingOptions()
            .With("--upstream", "Temporal:Address", "The cluster (TEMPORAL_ADDRESS).", "host:port")
            .With("--grpc-address", "Grpc:Address", "Where workers and clients connect. Default: 127.0.0.1:7233", "ip:port")
            .With("--namespace", "Temporal:Namespace", "Namespace to prepare for tenants (TEMPORAL_NAMESPACE). Default: default", "name")
            .With("--data-directory", "DataDirectory", "Where ledger and keys are. Default: data", "directory")
            .With("--policy", "Gateway:PolicyFile", "Who may do what. Default: the built-in policy", "file")
            .With("--authority", "Authentication:Authority", "Identity provider whose access tokens are accepted.", "address")
            .With("--audience", "Authentication:Audience", "Audience that accepted access tokens carry.", "name")
            .AddTo(command);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(settings.Sources(result), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(SettingSources sources, CancellationToken cancellation)
    {
        var (options, configuration) = SettingsLoader.Load(sources);
        using var loggers = ProgramLogging.ToConsole(configuration);
        await using var gateway = await GatewayService.StartAsync(options, loggers, cancellation);
        await Console.Out.WriteLineAsync($"mandate: gRPC         {gateway.Address}  (in front of {options.Temporal.Address})");
        await Console.Out.WriteLineAsync($"mandate: data         {Path.GetFullPath(options.DataDirectory)}");
        await Console.Out.WriteLineAsync("mandate: gateway ready");
        await Ends.OfAsync(cancellation);
        await Console.Out.WriteLineAsync("mandate: stopping");
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using System.Globalization;
using Mandate.Configuration;
using Mandate.Hosting;

namespace Mandate.Commands;

/// <summary><c>mandate up</c>: runs the service until it is stopped.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var command = new Command("up", "Run the service: durable engine, gRPC listener for workers, REST API. Stop it with Ctrl+C or SIGTERM.");
        var settings = new SettingOptions()
            .With("--data-directory", "DataDirectory", "Where store, ledger and keys are. Default: data", "directory")
            .With("--rest-address", "Rest:Address", "Where the REST API listens. Default: http://127.0.0.1:8080", "address")
            .With("--grpc-address", "Grpc:Address", "Where workers connect. Default: 127.0.0.1:7233", "ip:port")
            .With("--temporal-address", "Temporal:Address", "Run on this Temporal cluster instead of the embedded engine (TEMPORAL_ADDRESS).", "host:port")
            .With("--namespace", "Temporal:Namespace", "Namespace of every run (TEMPORAL_NAMESPACE). Default: default", "name")
            .With("--authority", "Authentication:Authority", "Identity provider whose access tokens are accepted.", "address")
            .With("--audience", "Authentication:Audience", "Audience that accepted access tokens carry.", "name")
            .AddTo(command);
        var development = new Option<bool>("--development")
        {
            Description = "Run with the development identity provider, which gives a token to everybody who asks. Refused in production.",
        };
        command.Options.Add(development);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(Sources(settings.Sources(result), result.GetValue(development)), cancellation)));
        return command;
    }

    /// <summary>The flag asks for the development parts; it does not overrule an environment that was named.</summary>
    private static SettingSources Sources(SettingSources sources, bool development)
    {
        if (!development)
            return sources;
        var settings = new Dictionary<string, string?>(sources.CommandLine, StringComparer.OrdinalIgnoreCase);
        settings.TryAdd("Mandate:Development:IdentityProvider", "true");
        settings.TryAdd("Mandate:Development:AnonymousCallers", "true");
        return sources with { CommandLine = settings, DefaultEnvironment = Environments.Development };
    }

    private static async Task<int> RunAsync(SettingSources sources, CancellationToken cancellation)
    {
        var (options, configuration) = SettingsLoader.Load(sources);
        using var loggers = ProgramLogging.ToConsole(configuration);
        await using var service = await MandateService.StartAsync(options, loggers, cancellation);
        await WriteAddressesAsync(service, options);
        await Task.WhenAny(Ends.OfAsync(cancellation), service.WorkersEnded);
        await Console.Out.WriteLineAsync("mandate: stopping");
        return service.WorkersEnded.IsFaulted ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task WriteAddressesAsync(MandateService service, MandateOptions options)
    {
        await Console.Out.WriteLineAsync($"mandate: REST API     {service.RestAddress.ToString().TrimEnd('/')}  (described in /openapi/v1.json)");
        await Console.Out.WriteLineAsync(service.GrpcAddress is { } grpc
            ? $"mandate: gRPC         {grpc}  (namespace {service.Connection.Namespace})"
            : $"mandate: workflows    {service.Connection.Description}  (namespace {service.Connection.Namespace})");
        await Console.Out.WriteLineAsync($"mandate: data         {Path.GetFullPath(options.DataDirectory)}");
        if (service.IdentityProvider is { } provider)
            await Console.Out.WriteLineAsync($"mandate: DEVELOPMENT  identity provider {provider.Authority} gives a token to everybody who asks");
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"mandate: engine ready {service.EngineReadyAfter.TotalMilliseconds:0} ms and service ready {service.ReadyAfter.TotalMilliseconds:0} ms after process start"));
    }
}

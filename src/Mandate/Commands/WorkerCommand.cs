using System.CommandLine;
using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Sealing;
using Mandate.Protocol;
using Mandate.Protocol.Conversion;
using Mandate.Stateful;
using Mandate.Telemetry;
using Mandate.Temporal.Client;
using Mandate.Workers;

namespace Mandate.Commands;

/// <summary><c>mandate worker</c>: runs worker assemblies alone, connected to a service or a cluster by gRPC.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var command = new Command("worker", "Run worker assemblies in a process of their own, connected to `mandate up` or a Temporal cluster.");
        var settings = new SettingOptions()
            .With("--temporal-address", "Temporal:Address", "The service's gRPC listener, or a cluster (TEMPORAL_ADDRESS).", "host:port")
            .With("--namespace", "Temporal:Namespace", "Namespace of the runs (TEMPORAL_NAMESPACE). Default: default", "name")
            .With("--keys-address", "Identity:KeysAddress", "The service's /.well-known/jwks.json, with which principals are verified.", "address")
            .With("--assembly", "Workers:0:Assembly", "Assembly whose workflows and activities to run.", "path")
            .With("--task-queue", "Workers:0:TaskQueue", "Task queue to poll.", "name")
            .AddTo(command);
        var untilInputEnds = new Option<bool>("--until-input-ends") { Description = "Stop when standard input ends, so that the worker does not outlive the program that started it.", Hidden = true };
        command.Options.Add(untilInputEnds);
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(settings.Sources(result), result.GetValue(untilInputEnds), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(SettingSources sources, bool untilInputEnds, CancellationToken cancellation)
    {
        var (options, configuration) = SettingsLoader.Load(sources);
        OptionsValidator.ForWorker(options);
        using var loggers = ProgramLogging.ToConsole(configuration);
        await using var telemetry = TelemetryExport.Start(options.Telemetry);
        using var keys = new RemoteKeySet(new Uri(options.Identity.KeysAddress!), loggers: loggers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var sealing = await PayloadSealing.OpenAsync(options, loggers, stop.Token);
        await using var authentication = WorkerAuthenticationFactory.Create(options.WorkerAuthentication, loggers);
        authentication?.Start();
        await using var client = await ConnectAsync(options, authentication, sealing.Converter, loggers, stop.Token);
        await keys.LoadAsync(stop.Token);
        using var authority = TokenAuthority(options, authentication);
        await using var workers = WorkerHost.Start(options, client, new PrincipalVerifier(keys, new PrincipalVerifierOptions { Issuer = options.Identity.Issuer }), signer: null, authority, loggers);
        await Console.Out.WriteLineAsync($"mandate: worker {Environment.ProcessId} polls {string.Join(", ", options.Workers.Select(w => w.TaskQueue).Distinct(StringComparer.Ordinal))} at {options.Temporal.Address}");
        await Task.WhenAny(workers.Completion, Ends.OfAsync(stop.Token), untilInputEnds ? Ends.OfInputAsync() : Ends.Never);
        return workers.Completion.IsFaulted ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>API tokens are redeemed at the service, with the credential that also opens its gRPC listener.</summary>
    private static RemoteTokenAuthority TokenAuthority(MandateOptions options, WorkerAuthentication? authentication)
    {
        var credential = ClusterChannel.ApiKey(options.Temporal)?.Reveal();
        return new(new()
        {
            ServiceAddress = new Uri(new Uri(options.ApiTokens.ServiceAddress ?? options.Identity.KeysAddress!), "/"),
            Credential = async cancellation => authentication is { IsEnabled: true } ? (await authentication.GetTokenAsync(cancellation))?.Value.Reveal() : credential,
        });
    }

    /// <summary>Connects; a service that is still starting is waited for.</summary>
    private static async Task<TemporalClient> ConnectAsync(
        MandateOptions options, WorkerAuthentication? authentication, DataConverter converter, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var connect = new TemporalClientConnectOptions(options.Temporal.Address!)
        {
            Namespace = options.Temporal.Namespace,
            ConfigureChannel = channel => ClusterChannel.Configure(channel, options.Temporal, authentication),
            DataConverter = converter,
            LoggerFactory = loggers,
        };
        var logger = loggers.CreateLogger(typeof(WorkerCommand).FullName!);
        while (true)
        {
            try
            {
                return await TemporalClient.ConnectAsync(connect, cancellation);
            }
            catch (RpcException e) when (e.Code is RpcStatusCode.Unavailable or RpcStatusCode.DeadlineExceeded)
            {
                WorkerLog.NotReachable(logger, options.Temporal.Address!, e.Message);
                await Task.Delay(RetryPause, TimeProvider.System, cancellation);
            }
        }
    }
}

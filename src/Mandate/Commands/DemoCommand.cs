using System.CommandLine;
using System.Text.Json;
using Mandate.Configuration;
using Mandate.Demo;
using Mandate.Demo.Report;
using Mandate.Demo.View;
using Spectre.Console;

namespace Mandate.Commands;

/// <summary><c>mandate demo</c>: shows on one machine, in less than a minute, what the service promises, and exits 0 only if it held.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the live view, and nothing else." };
        var keep = new Option<bool>("--keep") { Description = "Leave everything running afterwards and print the addresses. End it with Ctrl+C." };
        var command = new Command("demo", "Show what Mandate does: an order run for alice, approved by bob, with its worker killed in the middle. For development machines.") { json, keep };
        command.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(result.GetValue(json), result.GetValue(keep), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(bool json, bool keep, CancellationToken cancellation)
    {
        // Of the user's settings only the environment and the logging count: the demonstration must show the same everywhere.
        var (environment, logging) = DemoSettings.Read(SettingSources.OfProcess());
        IDemoView view = json ? new SilentView() : new ConsoleView(AnsiConsole.Console);
        await using var world = await DemoWorld.StartAsync(environment, logging, cancellation);
        try
        {
            using var demonstration = new Demonstration(world, view);
            var report = await view.ShowAsync(() => demonstration.RunAsync(cancellation));
            view.Conclude(report);
            if (json)
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, DemoJsonContext.Default.DemoReport));
            if (keep)
                await KeepAsync(world, cancellation);
            return report.Ok ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (DemoException e)
        {
            await Console.Error.WriteLineAsync($"mandate: {e.Message}");
            if (json)
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new DemoFailure(Ok: false, e.Message), DemoJsonContext.Default.DemoFailure));
            return ExitCode.Failed;
        }
    }

    /// <summary>Addresses go to standard error, so that with --json standard output stays one document.</summary>
    private static async Task KeepAsync(DemoWorld world, CancellationToken cancellation)
    {
        var provider = world.Service.IdentityProvider!;
        await using var worker = world.StartWorker(3);
        await Console.Error.WriteLineAsync($"""
            mandate: REST API           {world.Service.RestAddress.ToString().TrimEnd('/')}
            mandate: gRPC               {world.Service.GrpcAddress}
            mandate: identity provider  {provider.Authority}  (curl -d grant_type=password -d username=alice@acme {provider.TokenEndpoint})
            mandate: sample service     {world.Warehouse.Address.ToString().TrimEnd('/')}
            mandate: directory          {world.Root}
            mandate: worker             process {worker.Id}
            mandate: everything runs on; end it with Ctrl+C
            """);
        await Ends.OfAsync(cancellation);
    }
}

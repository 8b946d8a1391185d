using System.CommandLine;
using Mandate.Load;
using Mandate.Load.Bursts;
using Mandate.Load.Cascade;
using Mandate.Load.EngineAlone;
using Mandate.Load.Gateway;
using Mandate.Load.Growth;
using Mandate.Load.Wide;

var workflows = new Option<int>("--workflows") { Description = "Workflows to measure.", DefaultValueFactory = _ => 2000 };
var concurrency = new Option<int>("--concurrency") { Description = "Workflows open at one time.", DefaultValueFactory = _ => 50 };
var warmUp = new Option<double>("--warm-up") { Description = "Seconds of the same load before measuring begins.", DefaultValueFactory = _ => 10 };
var dataRoot = new Option<DirectoryInfo>("--data-root")
{
    Description = "Where each measurement makes its fresh data directory, and removes it. Choose a real disk: on a memory file system durability costs nothing.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "load")),
};
var worker = new Option<WorkerKind>("--worker") { Description = "Whose worker and client.", DefaultValueFactory = _ => WorkerKind.CSharp };
var transport = new Option<TransportKind>("--transport") { Description = "How they reach the engine.", DefaultValueFactory = _ => TransportKind.InProcess };
foreach (var option in (Option<int>[])[workflows, concurrency])
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name} must be 1 or more");
    });

var throughput = new Command("throughput", "Runs workflows of one activity and prints one JSON line: how many a second, and how long each took.")
{
    workflows, concurrency, warmUp, dataRoot, worker, transport,
};
throughput.Validators.Add(result =>
{
    if (result.GetValue(worker) == WorkerKind.TypeScript && result.GetValue(transport) == TransportKind.InProcess)
        result.AddError("The TypeScript SDK has no way into another process: use --transport grpc");
});
throughput.SetAction(async (arguments, cancellation) =>
{
    var measurement = await Scenario.RunAsync(arguments.GetValue(worker), arguments.GetValue(transport), Load(arguments), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var compare = new Command("compare", "Runs C# in process, C# over gRPC and TypeScript over gRPC in turn and prints one JSON line with all three.")
{
    workflows, concurrency, warmUp, dataRoot,
};
compare.SetAction(async (arguments, cancellation) =>
{
    var comparison = await Comparison.RunAsync(Load(arguments), cancellation);
    Console.Out.WriteLine(comparison.ToJson());
});

var burst = new Command("burst", "One workflow with much at once. Prints one JSON line: a fifth, a half and the whole.");
foreach (var (kind, what, usual) in (ReadOnlySpan<(BurstKind, string, int)>)
    [
        (BurstKind.Signals, "Signals to one workflow, from 50 clients.", 10_000),
        (BurstKind.Activities, "Activities that one workflow starts at once.", 5_000),
        (BurstKind.Children, "Children that one workflow starts at once.", 1_000),
    ])
{
    var count = new Option<int>("--count") { Description = "How many.", DefaultValueFactory = _ => usual };
    var command = new Command(kind.ToString().ToLowerInvariant(), what) { count, transport, dataRoot };
    command.SetAction(async (arguments, cancellation) =>
    {
        var measurement = await BurstLoad.RunAsync(kind, arguments.GetValue(count), arguments.GetValue(transport), arguments.GetRequiredValue(dataRoot), cancellation);
        Console.Out.WriteLine(measurement.ToJson());
    });
    burst.Add(command);
}

var events = new Option<int>("--events") { Description = "About how many events the history has; the engine ends a run at 51,200.", DefaultValueFactory = _ => 40_000 };
var replay = new Command("replay", "Makes a long history, fetches it and replays it. Prints one JSON line.") { events, dataRoot };
replay.SetAction(async (arguments, cancellation) =>
{
    var measurement = await ReplayLoad.RunAsync(arguments.GetValue(events), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var runs = new Option<int>("--runs") { Description = "Runs in the store at the end.", DefaultValueFactory = _ => 200_000 };
var window = new Option<int>("--window") { Description = "Runs measured at each point.", DefaultValueFactory = _ => 1_000 };
var growth = new Command("growth", "What a workflow costs while the store fills, from 1,000 runs on. Prints one JSON line with the curve.") { runs, window, concurrency, warmUp, dataRoot };
growth.SetAction(async (arguments, cancellation) =>
{
    var measurement = await GrowthLoad.RunAsync(
        arguments.GetValue(runs), arguments.GetValue(window), arguments.GetValue(concurrency), TimeSpan.FromSeconds(arguments.GetValue(warmUp)), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var seconds = new Option<double>("--seconds") { Description = "How long each part is measured.", DefaultValueFactory = _ => 10 };
var alone = new Command("alone", "The engine without a worker (start, describe, terminate), beside SQLite's own commits. Prints one JSON line.") { concurrency, seconds, dataRoot };
alone.SetAction(async (arguments, cancellation) =>
{
    var measurement = await EngineLoad.RunAsync(arguments.GetValue(concurrency), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var fanout = new Option<int>("--fanout") { Description = "Children of each workflow.", DefaultValueFactory = _ => 10 };
var rotations = new Option<int>("--rotations") { Description = "Rotations to measure.", DefaultValueFactory = _ => 5 };
var peer = new Option<bool>("--peer") { Description = "Also measure a signal cascade written with the official TypeScript SDK, on the same engine." };
var cascade = new Command("cascade", "Rotates the API token of a tree of workflows. Prints one JSON line: until it holds for the next call, and until every workflow has acknowledged.")
{
    workflows, fanout, transport, rotations, warmUp, peer, dataRoot,
};
cascade.SetAction(async (arguments, cancellation) =>
{
    var run = new CascadeRun(
        arguments.GetValue(workflows),
        Math.Max(1, arguments.GetValue(fanout)),
        arguments.GetValue(transport),
        Math.Max(1, arguments.GetValue(rotations)),
        TimeSpan.FromSeconds(arguments.GetValue(warmUp)),
        arguments.GetValue(peer));
    var measurement = await CascadeLoad.RunAsync(run, arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var children = new Option<int>("--children") { Description = "Children of the one parent.", DefaultValueFactory = _ => 100_000 };
var deadlock = new Option<double>("--deadlock-timeout") { Description = "Seconds that workflow code may take at a time: on a very busy machine taking over many children takes long.", DefaultValueFactory = _ => 2 };
var wide = new Command("wide", "One parent of very many children: what it hands to its next run, and how long a rotation takes that reaches all of them. Prints one JSON line.") { children, deadlock, dataRoot };
wide.SetAction(async (arguments, cancellation) =>
{
    var measurement = await WideLoad.RunAsync(arguments.GetValue(children), TimeSpan.FromSeconds(arguments.GetValue(deadlock)), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});

var dataDirectory = new Option<DirectoryInfo>("--data-directory") { Required = true };
var engine = new Command("engine", "The engine in a process of its own; ends with its standard input.") { dataDirectory };
engine.Hidden = true;
engine.SetAction((arguments, cancellation) => EngineHost.RunAsync(arguments.GetRequiredValue(dataDirectory), cancellation));

var each = new Option<int>("--count") { Description = "How many of each kind, in each round.", DefaultValueFactory = _ => 2000 };
var rounds = new Option<int>("--rounds") { Description = "Rounds, of which medians are taken.", DefaultValueFactory = _ => 7 };
var gateway = new Command("gateway", "What the stages in front of the engine cost. Prints one JSON line.");
var overhead = new Command("overhead", "In process: starts, and polls with their completions, without and with the pipeline.") { each, concurrency, rounds, dataRoot };
overhead.SetAction(async (arguments, cancellation) =>
{
    var measurement = await OverheadLoad.RunAsync(
        arguments.GetValue(each), arguments.GetValue(concurrency), arguments.GetValue(rounds), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});
gateway.Add(overhead);
var proxy = new Command("proxy", "In front of an engine in another process: requests a second, and the gateway's own processor time.") { each, concurrency, dataRoot };
proxy.SetAction(async (arguments, cancellation) =>
{
    var measurement = await ProxyLoad.RunAsync(arguments.GetValue(each), arguments.GetValue(concurrency), arguments.GetRequiredValue(dataRoot), cancellation);
    Console.Out.WriteLine(measurement.ToJson());
});
gateway.Add(proxy);
var upstream = new Option<string>("--upstream") { Required = true };
var gatewayHost = new Command("gateway-host", "The gateway in a process of its own; ends with its standard input.") { dataDirectory, upstream };
gatewayHost.Hidden = true;
gatewayHost.SetAction((arguments, cancellation) => GatewayHost.RunAsync(arguments.GetRequiredValue(dataDirectory), arguments.GetRequiredValue(upstream), cancellation));

return await new RootCommand("Load on the durable engine.") { throughput, compare, burst, replay, growth, alone, cascade, wide, gateway, gatewayHost, engine }.Parse(args).InvokeAsync();

LoadPlan Load(ParseResult arguments) => new(
    arguments.GetValue(workflows),
    arguments.GetValue(concurrency),
    TimeSpan.FromSeconds(arguments.GetValue(warmUp)),
    arguments.GetRequiredValue(dataRoot));

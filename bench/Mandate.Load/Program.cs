using System.CommandLine;
using Mandate.Load;

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

var dataDirectory = new Option<DirectoryInfo>("--data-directory") { Required = true };
var engine = new Command("engine", "The engine in a process of its own; ends with its standard input.") { dataDirectory };
engine.Hidden = true;
engine.SetAction((arguments, cancellation) => EngineHost.RunAsync(arguments.GetRequiredValue(dataDirectory), cancellation));

return await new RootCommand("Load on the durable engine.") { throughput, compare, engine }.Parse(args).InvokeAsync();

LoadPlan Load(ParseResult arguments) => new(
    arguments.GetValue(workflows),
    arguments.GetValue(concurrency),
    TimeSpan.FromSeconds(arguments.GetValue(warmUp)),
    arguments.GetRequiredValue(dataRoot));

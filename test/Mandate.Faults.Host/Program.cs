using Mandate.Faults.Host;

// server <directory>: an engine with its listener, set up as a user's.
// engine <directory> <port> <seed>: an engine that breaks on command, with its store in "data" and its witness in "witness.log".   worker <address>: a worker of the C# SDK.
await (args[0] switch
{
    "server" => ServerProcess.RunAsync(args[1]),
    "engine" => EngineProcess.RunAsync(args[1], int.Parse(args[2]), int.Parse(args[3])),
    _ => WorkerProcess.RunAsync(args[1]),
});

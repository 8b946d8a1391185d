using Mandate.Faults.Host;

// engine <directory> <port> <seed>: an engine that breaks on command, with its store in "data" and its witness in "witness.log".   worker <address>: a worker of the C# SDK.
await (args[0] == "engine" ? EngineProcess.RunAsync(args[1], int.Parse(args[2]), int.Parse(args[3])) : WorkerProcess.RunAsync(args[1]));

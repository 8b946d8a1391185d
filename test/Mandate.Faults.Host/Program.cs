using Mandate.Faults.Host;

// engine <data directory> <port> <seed>: an engine that breaks on command.   worker <address>: a worker of the C# SDK.
await (args[0] == "engine" ? EngineProcess.RunAsync(args[1], int.Parse(args[2]), int.Parse(args[3])) : WorkerProcess.RunAsync(args[1]));

using Mandate.Engine;
using Mandate.Engine.TestHost;

// Arguments: data directory, prefix of workflow ids, number of concurrent starters.
// Each acknowledged request is told on standard output, one line each, as "started <id>" or "signaled <id>".
await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = args[0] });
await Console.Out.WriteLineAsync("ready");
var load = new Load(engine.Handler, args[1], line =>
{
    lock (Console.Out)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
});
await load.RunAsync(starters: int.Parse(args[2]), CancellationToken.None);

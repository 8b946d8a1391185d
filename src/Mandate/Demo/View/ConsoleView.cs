using Mandate.Demo.Report;
using Mandate.Demo.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mandate.Demo.View;

/// <summary>Shows the demonstration on the console: a tree that grows on a terminal, lines where output is not one.</summary>
internal sealed class ConsoleView(IAnsiConsole console) : IDemoView
{
    private readonly List<string> _story = [];
    private readonly Lock _gate = new();
    private IReadOnlyList<Run> _runs = [];
    private LiveDisplayContext? _live;

    /// <inheritdoc/>
    public async Task<T> ShowAsync<T>(Func<Task<T>> work)
    {
        console.Write(new Rule("[bold]mandate demo[/]").LeftJustified());
        if (!console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
            return await work();
        return await console.Live(Render()).AutoClear(true).StartAsync(async live =>
        {
            _live = live;
            try
            {
                return await work();
            }
            finally
            {
                _live = null;
            }
        });
    }

    /// <inheritdoc/>
    public void Tell(string what)
    {
        lock (_gate)
        {
            _story.Add(what);
            if (_live is null)
                console.MarkupLineInterpolated($"[grey]·[/] {what}");
            else
                _live.UpdateTarget(Render());
        }
    }

    /// <inheritdoc/>
    public void Update(IReadOnlyList<Run> runs)
    {
        lock (_gate)
        {
            _runs = runs;
            _live?.UpdateTarget(Render());
        }
    }

    /// <inheritdoc/>
    public void Conclude(DemoReport report)
    {
        if (console.Profile.Capabilities.Ansi && console.Profile.Capabilities.Interactive)
            _story.ForEach(line => console.MarkupLineInterpolated($"[grey]·[/] {line}"));
        console.WriteLine();
        console.Write(RunTree.Of(report.Runs));
        console.WriteLine();
        console.Write(Tables.Downstream(report.Downstream));
        console.Write(Tables.Audit(report.Audit));
        console.Write(Tables.Canary(report.Canary));
        console.Write(Tables.Checks(report.Checks));
        console.MarkupLine(report.Ok
            ? $"[green bold]Everything holds.[/] The engine was ready {report.ReadyMs} ms after the process started."
            : $"[red bold]{report.Checks.Count(c => !c.Ok)} of {report.Checks.Count} do not hold.[/]");
    }

    private Rows Render() => new Rows([
        .. _story.TakeLast(8).Select(line => Markup.FromInterpolated($"[grey]·[/] {line}")),
        new Text(""),
        .. _runs.Count > 0 ? [RunTree.Of(_runs)] : Array.Empty<IRenderable>(),
    ]);
}

using System.Globalization;
using Mandate.Demo.Report;
using Spectre.Console;

namespace Mandate.Demo.View;

/// <summary>Draws what was found in the end.</summary>
internal static class Tables
{
    public static Table Downstream(IReadOnlyList<DownstreamCall> calls)
    {
        var table = New("What the downstream service received", "operation", "token of", "for audience", "forwarded user", "forwarded tenant", "user's token");
        foreach (var call in calls)
            Row(table, call.Operation, call.Service, call.Audience, call.User, call.Tenant, call.UserTokenSeen ? "SEEN" : "nowhere");
        return table;
    }

    public static Table Audit(AuditReport audit)
    {
        var verdict = audit.Valid ? "intact" : "DAMAGED";
        var table = New(string.Create(CultureInfo.InvariantCulture, $"Audit ledger of acme: {audit.Checked} events, chain {verdict}, head {audit.Head[..16]}…"), "#", "event", "result", "actor", "on");
        foreach (var line in audit.Events)
            Row(table, line.Sequence.ToString(CultureInfo.InvariantCulture), line.Type, line.Result, line.Actor, line.Resource);
        return table;
    }

    public static Table Canary(CanaryReport canary)
    {
        var table = New($"Canary scan: {canary.Values} tokens and secrets, {canary.Hits} places that hold one", "area", "places", "bytes", "hits", "control found");
        foreach (var area in canary.Places.GroupBy(p => p.Area))
        {
            Row(table, area.Key.ToString(), area.Count().ToString(CultureInfo.InvariantCulture), area.Sum(p => p.Bytes).ToString("N0", CultureInfo.InvariantCulture),
                area.Sum(p => p.Hits.Count).ToString(CultureInfo.InvariantCulture), area.Any(p => p.HasControl) ? "yes" : "NO");
        }

        return table;
    }

    public static Table Checks(IReadOnlyList<Check> checks)
    {
        var table = New("What must hold", "", "what", "seen");
        foreach (var check in checks)
            table.AddRow(new Markup(check.Ok ? "[green]✓[/]" : "[red]✗[/]"), new Text(check.Name), new Text(check.Detail));
        return table;
    }

    private static Table New(string title, params string[] columns)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(title), new Style(decoration: Decoration.Bold)), Border = TableBorder.Rounded };
        table.AddColumns([.. columns.Select(c => new TableColumn(new Text(c)))]);
        return table.LeftAligned();
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Text(c))]);
}

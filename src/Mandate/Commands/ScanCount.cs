using System.Text.Json;
using Mandate.Stateful.Scanning;

namespace Mandate.Commands;

/// <summary>Prints what <c>mandate history scan</c> finds, and counts it.</summary>
internal sealed class ScanCount
{
    private int _histories;
    private long _events;
    private long _payloads;
    private long _unreadable;
    private long _findings;

    /// <summary>Runs that were listed and are not there any more.</summary>
    public int Deleted { get; set; }

    /// <summary>What the command ends with: a finding counts more than what could not be read.</summary>
    public int ExitCode => _findings > 0 ? Commands.ExitCode.Failed : _unreadable > 0 ? Commands.ExitCode.Incomplete : Commands.ExitCode.Ok;

    public async Task AddAsync(ScanResult result, bool json)
    {
        _histories++;
        _events += result.Events;
        _payloads += result.Payloads;
        _unreadable += result.Unreadable;
        _findings += result.Findings.Count;
        foreach (var finding in result.Findings)
        {
            await Console.Out.WriteLineAsync(json
                ? JsonSerializer.Serialize(finding, ScanJsonContext.Default.Finding)
                : $"{finding.Source}: event {finding.EventId} {finding.EventType}, {finding.Field}: {finding.Kind} {finding.Excerpt}");
        }
    }

    /// <summary>One line for the end, and one for each thing that was not looked at.</summary>
    public override string ToString()
    {
        var text = $"{_histories} histories, {_events} events: {_findings} finding{(_findings == 1 ? "" : "s")}";
        if (Deleted > 0)
            text += $"\n{Deleted} of the runs listed {(Deleted == 1 ? "was" : "were")} deleted before {(Deleted == 1 ? "it" : "they")} could be read";
        if (_unreadable > 0)
            text += $"\n{_unreadable} of {_payloads} payloads could not be read, so nothing is said of them: they are encrypted, or in an encoding that is not known. Give the keys with --payload-key-file, or export the history decoded (`temporal workflow show --codec-endpoint …`).";
        return text;
    }
}

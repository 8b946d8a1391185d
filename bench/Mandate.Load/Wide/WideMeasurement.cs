using System.Text.Json;

namespace Mandate.Load.Wide;

/// <summary>One measurement, as it is printed.</summary>
/// <param name="Children">Children of the one parent.</param>
/// <param name="StartedMs">Until all ran.</param>
/// <param name="HeaderBytes">What the parent hands to its next run.</param>
/// <param name="BytesPerChild">The same for each child.</param>
/// <param name="ContinuedMs">From the signal that has it continue until the next run answers.</param>
/// <param name="RotatedMs">From the signal with a new token until every child was sent it.</param>
/// <param name="RotationRuns">Runs of the parent that took.</param>
/// <param name="Checked">Children that were asked, each of which had it.</param>
/// <param name="Report">What the update of a second rotation answered: delivered, excluded, gone, failed.</param>
/// <param name="ReportedMs">Until it answered.</param>
/// <param name="SecondRotatedMs">Until every child was sent that one.</param>
/// <param name="LongestHistory">Events of the parent's longest run.</param>
/// <param name="Machine">Where it was measured.</param>
internal sealed record WideMeasurement(
    int Children,
    double StartedMs,
    int HeaderBytes,
    double BytesPerChild,
    double ContinuedMs,
    double RotatedMs,
    int RotationRuns,
    int Checked,
    IReadOnlyList<int> Report,
    double ReportedMs,
    double SecondRotatedMs,
    long LongestHistory,
    MachineFacts Machine)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    internal string ToJson() => JsonSerializer.Serialize(this, Options);
}

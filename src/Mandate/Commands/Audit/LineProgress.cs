using System.Globalization;
using Mandate.Audit;

namespace Mandate.Commands.Audit;

/// <summary>Progress where there is no terminal to draw a bar on: a line for each tenth.</summary>
internal sealed class LineProgress(TextWriter output, string name) : IProgress<AuditProgress>
{
    private readonly Lock _gate = new();
    private int _shown = -1;

    public void Report(AuditProgress value)
    {
        var tenths = value.Total > 0 ? (int)(10 * value.Done / value.Total) : 10;
        lock (_gate)
        {
            if (tenths <= _shown)
                return;
            _shown = tenths;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {10 * tenths}%"));
        }
    }
}

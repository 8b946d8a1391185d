using System.Text;
using System.Text.RegularExpressions;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Looks through histories for values that must not be there and for the shapes of well-known secrets: in every text and every payload of every event, headers, memos, failures and
/// search attributes included, and in what this version does not know. Payloads that cannot be read are counted.
/// </summary>
/// <param name="values">Values to look for, beside the shapes.</param>
/// <param name="open">Opens an encrypted payload, or returns null where it cannot; none, and no encrypted payload is read.</param>
public sealed class HistoryScanner(IReadOnlyList<ValuePattern> values, Func<Payload, Payload?>? open = null)
{
    private const int Shown = 6;

    /// <summary>What is found in a history.</summary>
    /// <param name="source">Workflow it is of.</param>
    /// <param name="events">Its events.</param>
    public ScanResult Scan(string source, IEnumerable<HistoryEvent> events)
    {
        var scan = new Pass(this, source);
        foreach (var item in events)
            scan.Event(item.EventId, item.EventType.ToString(), reading => MessageTexts.Read(item, "", reading));
        return scan.ToResult();
    }

    /// <summary>
    /// What is found in an exported history. It is read as it stands in the file: events and fields of a newer server, and payloads in the short form, are looked through as well.
    /// </summary>
    /// <param name="source">File it is of.</param>
    /// <param name="json">
    /// UTF-8 JSON: an object with <c>events</c>, as <c>temporal workflow show --output json</c> and the console write it; a list of events; or one event a line (<c>--output jsonl</c>).
    /// </param>
    /// <exception cref="ArgumentException">It is no JSON, or has no events.</exception>
    public ScanResult ScanJson(string source, ReadOnlyMemory<byte> json)
    {
        var scan = new Pass(this, source);
        ExportedHistory.Read(json, (id, type, item) => scan.Event(id, type, reading => JsonTexts.Read(item, "", reading)), rest => scan.Event(0, "", reading => JsonTexts.Read(rest, "", reading)));
        return scan.ToResult();
    }

    private IEnumerable<Finding> Judge(string source, long eventId, string eventType, string field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var value in values.Where(v => v.IsIn(bytes)))
            yield return new(source, eventId, eventType, field, value.Name, "(the value that was looked for)");
        var isKnown = false;
        foreach (var shape in SecretShapes.All)
        {
            // What has a shape of its own is not told a second time because of the name beside it.
            if (shape.IsByName && isKnown)
                break;
            foreach (Match match in shape.Pattern.Matches(text))
            {
                isKnown = true;
                var secret = match.Groups["s"] is { Success: true } group ? group.Value : match.Value;
                // Statements of this product are signed and no secrets: nobody can call a service with them.
                if (shape.Kind == "jwt" && (field.Contains($"[{IdentityHeaders.Principal}]", StringComparison.Ordinal) || field.Contains($"[{IdentityHeaders.Actor}]", StringComparison.Ordinal)))
                    continue;
                // Values that are masked, or say where the secret is instead.
                if (shape.IsByName && secret.Distinct().Count() < SecretShapes.FewestCharacters)
                    continue;
                yield return new(source, eventId, eventType, field, shape.Kind, $"{secret[..Math.Min(Shown, secret.Length)]}… ({secret.Length} characters)");
            }
        }
    }

    /// <summary>One history, while it is looked through.</summary>
    private sealed class Pass(HistoryScanner scanner, string source)
    {
        private readonly List<Finding> _findings = [];
        private int _events;
        private int _payloads;
        private int _unreadable;

        public void Event(long id, string type, Action<Reading> read)
        {
            var reading = new Reading((field, text) => _findings.AddRange(scanner.Judge(source, id, type, field, text)), scanner.OpenPayload);
            read(reading);
            _events += type.Length > 0 ? 1 : 0;
            _payloads += reading.Payloads;
            _unreadable += reading.Unreadable;
        }

        public ScanResult ToResult() => new([.. _findings.DistinctBy(f => (f.EventId, f.Field, f.Kind, f.Excerpt))], _events, _payloads, _unreadable);
    }

    private Payload? OpenPayload(Payload payload) => open?.Invoke(payload);
}

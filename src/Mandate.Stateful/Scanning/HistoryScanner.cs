using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Looks through histories for values that must not be there and for the shapes of well-known secrets: in every text and every payload of every event, headers, memos, failures and
/// search attributes included. Payloads that a codec has sealed cannot be looked into.
/// </summary>
/// <param name="values">Values to look for, beside the shapes.</param>
public sealed class HistoryScanner(IReadOnlyList<ValuePattern> values)
{
    private const int Shown = 6;
    private const int Deepest = 64;

    /// <summary>What is found in a history.</summary>
    /// <param name="source">File or workflow it is of.</param>
    /// <param name="events">Its events.</param>
    public IReadOnlyList<Finding> Scan(string source, IEnumerable<HistoryEvent> events)
    {
        var findings = new List<Finding>();
        foreach (var item in events)
            Walk(item, "", (field, text) => findings.AddRange(Judge(source, item, field, text)), 0);
        return [.. findings.DistinctBy(f => (f.EventId, f.Field, f.Kind, f.Excerpt))];
    }

    private IEnumerable<Finding> Judge(string source, HistoryEvent item, string field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var value in values.Where(v => v.IsIn(bytes)))
            yield return new(source, item.EventId, item.EventType.ToString(), field, value.Name, "(the value that was looked for)");
        foreach (var shape in SecretShapes.All)
        {
            foreach (System.Text.RegularExpressions.Match match in shape.Pattern.Matches(text))
            {
                var secret = match.Groups["s"] is { Success: true } group ? group.Value : match.Value;
                // Statements of this product are signed and no secrets: nobody can call a service with them.
                if (shape.Kind == "jwt" && (field.Contains($"[{IdentityHeaders.Principal}]", StringComparison.Ordinal) || field.Contains($"[{IdentityHeaders.Actor}]", StringComparison.Ordinal)))
                    continue;
                yield return new(source, item.EventId, item.EventType.ToString(), field, shape.Kind, $"{secret[..Math.Min(Shown, secret.Length)]}… ({secret.Length} characters)");
            }
        }
    }

    private static void Walk(IMessage message, string path, Action<string, string> visit, int depth)
    {
        if (depth > Deepest)
            return;
        if (message is Payload payload)
        {
            // Its metadata say how to read it; the data are what somebody wrote.
            visit(path, payload.Data.ToStringUtf8());
            return;
        }

        if (message is Any any)
        {
            visit(path, Encoding.Latin1.GetString(any.Value.Span));
            return;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var name = path.Length == 0 ? field.JsonName : $"{path}.{field.JsonName}";
            var value = field.Accessor.GetValue(message);
            if (field.IsMap && value is System.Collections.IDictionary map)
            {
                foreach (System.Collections.DictionaryEntry entry in map)
                    Visit(entry.Value, $"{name}[{entry.Key}]", visit, depth);
            }
            else if (field.IsRepeated && value is System.Collections.IList list)
            {
                for (var i = 0; i < list.Count; i++)
                    Visit(list[i], $"{name}[{i}]", visit, depth);
            }
            else
            {
                Visit(value, name, visit, depth);
            }
        }
    }

    private static void Visit(object? value, string path, Action<string, string> visit, int depth)
    {
        switch (value)
        {
            case string { Length: > 0 } text:
                visit(path, text);
                break;
            case ByteString { IsEmpty: false } bytes:
                visit(path, bytes.ToStringUtf8());
                break;
            case IMessage inner:
                Walk(inner, path, visit, depth + 1);
                break;
            default:
                break;
        }
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Gateway.Calls;
using Mandate.Identity;

namespace Mandate.Gateway.Authorization;

/// <summary>
/// Reads a policy file (docs/policy.schema.json). It is strict: a name it does not know, a rule without a name, an RPC or command that does not exist are errors, since a rule that
/// is misspelt would silently not hold.
/// </summary>
internal static class PolicyReader
{
    private const int Version = 1;
    private const int MaximumBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
    private static readonly FrozenDictionary<string, RpcGroup> GroupNames = Enum.GetValues<RpcGroup>().Where(g => g != RpcGroup.Command).ToFrozenDictionary(NameOf, StringComparer.Ordinal);
    private static readonly string[] RpcNames = [.. RpcTable.Known.Select(e => e.Method.Name)];

    /// <summary>The policy that holds where no file is named.</summary>
    public static Policy Default()
    {
        using var stream = typeof(PolicyReader).Assembly.GetManifestResourceStream("default-policy.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Read(bytes.ToArray(), "the built-in policy");
    }

    /// <exception cref="PolicyException">It is no policy.</exception>
    public static Policy Read(byte[] json, string name)
    {
        if (json.Length > MaximumBytes)
            throw new PolicyException($"{name} has more than {MaximumBytes} bytes. Merge rules by patterns.");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, Convert.ToHexStringLower(SHA256.HashData(json)));
        }
        catch (JsonException e)
        {
            throw new PolicyException($"{name} is not JSON: {e.Message}", e);
        }
        catch (PolicyException e)
        {
            throw new PolicyException($"{name}: {e.Message}", e);
        }
    }

    private static Policy Read(JsonElement root, string fingerprint)
    {
        Expect(root, "the policy", "$schema", "version", "dryRun", "tenants", "rules");
        if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != Version)
            throw new PolicyException($"'version' must be {Version}.");
        if (!root.TryGetProperty("rules", out var rules) || rules.ValueKind != JsonValueKind.Array)
            throw new PolicyException("'rules' is missing: a list of rules. Without one everything is denied.");
        var read = rules.EnumerateArray().Select(ReadRule).ToImmutableArray();
        if (read.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new PolicyException($"two rules are called '{twice.Key}'. The ledger names rules, so give each its own name.");
        return new(read, Owners(root), Flag(root, "dryRun"), fingerprint);
    }

    private static FrozenDictionary<string, string> Owners(JsonElement root)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("tenants", out var tenants))
            return owners.ToFrozenDictionary(StringComparer.Ordinal);
        if (tenants.ValueKind != JsonValueKind.Object)
            throw new PolicyException("'tenants' must be an object: a tenant's name, and what it has.");
        foreach (var tenant in tenants.EnumerateObject())
        {
            Expect(tenant.Value, $"tenant '{tenant.Name}'", "namespaces");
            foreach (var name in Texts(tenant.Value, "namespaces") ?? [])
            {
                if (!owners.TryAdd(name, tenant.Name))
                    throw new PolicyException($"the namespace '{name}' is given to '{owners[name]}' and to '{tenant.Name}'. One that tenants share is given to none.");
            }
        }

        return owners.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static PolicyRule ReadRule(JsonElement rule, int index)
    {
        var place = $"rule {index + 1}";
        Expect(rule, place, "name", "effect", "callers", "tenants", "namespaces", "rpcs", "commands", "workflowTypes", "taskQueues", "signals", "queries", "updates");
        if (Text(rule, "name") is not { Length: > 0 and <= 200 } name)
            throw new PolicyException($"{place} has no 'name' of 1 to 200 characters. The ledger names the rule that denied.");
        place = $"rule '{name}'";
        var allows = Text(rule, "effect") switch
        {
            "allow" => true,
            "deny" => false,
            _ => throw new PolicyException($"'effect' of {place} must be \"allow\" or \"deny\"."),
        };
        var callers = rule.TryGetProperty("callers", out var given) ? given : default;
        if (callers.ValueKind != JsonValueKind.Undefined)
            Expect(callers, $"'callers' of {place}", "kinds", "subjects", "tenants", "scopes");
        var rpcs = Texts(rule, "rpcs");
        return new PolicyRule
        {
            Name = name,
            Allows = allows,
            Kinds = Texts(callers, "kinds") is { } kinds ? [.. kinds.Select(k => Kind(k, place))] : null,
            Subjects = Patterns(callers, "subjects"),
            CallerTenants = Patterns(callers, "tenants"),
            Tenants = Patterns(rule, "tenants"),
            Scopes = Texts(callers, "scopes"),
            Namespaces = Patterns(rule, "namespaces"),
            Rpcs = rpcs is { } all ? [.. all.Where(r => r[0] != '@').Select(r => Known(r, RpcNames, "RPC", place))] : null,
            Groups = rpcs is { } some ? [.. some.Where(r => r[0] == '@').Select(r => Group(r, place))] : null,
            Commands = Texts(rule, "commands") is { } commands ? [.. commands.Select(c => Known(c, CommandNames.All, "command", place))] : null,
            WorkflowTypes = Patterns(rule, "workflowTypes"),
            TaskQueues = Patterns(rule, "taskQueues"),
            Signals = Patterns(rule, "signals"),
            Queries = Patterns(rule, "queries"),
            Updates = Patterns(rule, "updates"),
        };
    }

    private static NamePattern Known(string name, IEnumerable<string> names, string what, string place)
    {
        var pattern = new NamePattern(name);
        return names.Any(n => pattern.Matches(n, tenant: null))
            ? pattern
            : throw new PolicyException($"{place} names the {what} '{name}', which does not exist.");
    }

    private static RpcGroup Group(string name, string place) => GroupNames.TryGetValue(name[1..], out var group)
        ? group
        : throw new PolicyException($"{place} names the group '{name}', which does not exist. There are {string.Join(", ", GroupNames.Keys.Order(StringComparer.Ordinal).Select(n => "@" + n))}.");

    private static CallerKind Kind(string name, string place) => name switch
    {
        "user" => CallerKind.User,
        "service" => CallerKind.Service,
        "worker" => CallerKind.Worker,
        _ => throw new PolicyException($"{place} names the kind of caller '{name}'. There are user, service and worker."),
    };

#pragma warning disable CA1308 // Names of groups are written in lower case.
    private static string NameOf(RpcGroup group) => group.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    private static ImmutableArray<NamePattern>? Patterns(JsonElement element, string name) => Texts(element, name) is { } texts ? [.. texts.Select(t => new NamePattern(t))] : null;

    private static ImmutableArray<string>? Texts(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var list))
            return null;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String || t.GetString()!.Length == 0))
            throw new PolicyException($"'{name}' must be a list of texts that are not empty.");
        return list.GetArrayLength() > 0
            ? [.. list.EnumerateArray().Select(t => t.GetString()!)]
            : throw new PolicyException($"'{name}' is an empty list, which matches nothing. Leave it out to match everything.");
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new PolicyException($"'{name}' must be true or false."),
    };

    private static void Expect(JsonElement element, string place, params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new PolicyException($"{place} must be an object.");
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw new PolicyException($"{place} has '{property.Name}', which does not exist. There are {string.Join(", ", names.ToArray())}.");
        }
    }
}

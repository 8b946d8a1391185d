using Mandate.Engine.History;
using Mandate.Engine.History.Commands;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Lets search attributes pass, or says why not; registers unknown ones where the options say so.</summary>
internal static class SearchAttributeAdmission
{
    /// <summary>Admits the attributes of a start.</summary>
    /// <exception cref="Protocol.RpcException">INVALID_ARGUMENT with the attribute's name.</exception>
    public static async Task AdmitAsync(EngineCore core, NamespaceEntry ns, SearchAttributes? attributes)
    {
        await RegisterAsync(core, ns, attributes).ConfigureAwait(false);
        if ((SearchAttributeRules.Check(attributes, ns.SearchAttributes, ns.Name) ?? SearchAttributeRules.CheckSize(attributes)) is { } problem)
            throw Errors.InvalidArgument(problem);
    }

    /// <summary>Admits the attributes of a command.</summary>
    /// <exception cref="BadCommandException">The workflow task fails.</exception>
    public static void Admit(NamespaceEntry? ns, SearchAttributes? attributes)
    {
        if (ns is not null && SearchAttributeRules.Check(attributes, ns.SearchAttributes, ns.Name) is { } problem)
            throw CommandContext.Bad(WorkflowTaskFailedCause.BadSearchAttributes, problem);
    }

    /// <summary>Admits the sizes of what a command sets, or of what a run would have then.</summary>
    /// <exception cref="BadCommandException">The workflow task fails and the run ends.</exception>
    public static void AdmitSize(SearchAttributes? attributes, WorkflowTaskFailedCause cause)
    {
        if (SearchAttributeRules.CheckSize(attributes) is { } problem)
            throw new BadCommandException(cause, problem, endsRun: true);
    }

    /// <summary>Registers what commands use, before they are decided on.</summary>
    public static async Task RegisterAsync(EngineCore core, NamespaceEntry ns, IEnumerable<Command> commands)
    {
        if (!core.Options.RegisterSearchAttributesOnUse)
            return;
        foreach (var command in commands)
        {
            var attributes = command.UpsertWorkflowSearchAttributesCommandAttributes?.SearchAttributes
                ?? command.ContinueAsNewWorkflowExecutionCommandAttributes?.SearchAttributes
                ?? command.StartChildWorkflowExecutionCommandAttributes?.SearchAttributes;
            var target = command.StartChildWorkflowExecutionCommandAttributes?.Namespace is { Length: > 0 } other ? core.Namespaces.Find(other) : ns;
            if (target is not null)
                await RegisterAsync(core, target, attributes).ConfigureAwait(false);
        }
    }

    private static async Task RegisterAsync(EngineCore core, NamespaceEntry ns, SearchAttributes? attributes)
    {
        if (!core.Options.RegisterSearchAttributesOnUse || attributes is null || attributes.IndexedFields.Keys.All(n => ns.SearchAttributes.TryGet(n, out _)))
            return;
        await core.Namespaces.UpdateAsync(ns, record =>
        {
            foreach (var (name, payload) in attributes.IndexedFields)
            {
                var catalog = SearchAttributeRegistry.Catalog(record.SearchAttributes);
                var type = SearchAttributePayload.TypeOf(payload);
                if (!catalog.TryGet(name, out _) && SearchAttributeRegistry.Refuse(name, type, catalog) is null && catalog.Custom.Count() < SearchAttributeRegistry.MaxAttributes)
                    SearchAttributeRegistry.Add(record.SearchAttributes, name, type);
            }
        }).ConfigureAwait(false);
    }
}

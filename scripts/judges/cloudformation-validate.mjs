// CloudFormation's own rules and schemas, as they come with aws-cdk-lib.
import { createRequire } from 'node:module';

const fromCdk = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json'));

/** Errors and warnings: its informational rules tell what each property does, 1,500 times over. @param {string[]} templates @param {string} region @returns {{ rule: string, level: string, where: string, what: string }[]} */
export function cloudFormationValidate(templates, region) {
  const { CompositeEngine, TemplateFile } = fromCdk('@aws/cloudformation-validate');
  const engine = new CompositeEngine();
  try {
    return templates.flatMap((template) => {
      const file = new TemplateFile(template);
      const { diagnostics } = engine.validateTemplate(file, {
        severityLevel: 'WARN',
        pseudoParameterOverrides: { region },
      });
      return diagnostics.map(({ ruleId, severity, message, ...more }) => ({
        rule: ruleId,
        level: severity,
        where: `${template.replace(/^.*\//, '')} ${more.entity?.logicalId ?? more.logicalId ?? ''}`.trim(),
        what: message,
      }));
    });
  } finally {
    engine.free();
  }
}

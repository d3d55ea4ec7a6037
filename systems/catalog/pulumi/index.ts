import { programOf } from '@breakwater/pulumi';
import definition from '../breakwater.config.ts';

export default programOf(definition);
